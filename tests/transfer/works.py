"""Projects whose people are linked through an entity, and whose parts have states: what an import writes beside its records."""

YAML = """
    app: works
    roles: {lead: {}}
    ---
    entity: person
    title: name
    fields:
      name: {type: text, required: true}
      projects: {type: integer, formula: COUNT(memberships)}
    access: {lead: {read: true, create: true}}
    ---
    entity: project
    title: code
    number: {pattern: 'P-{000}'}
    fields:
      code: {type: text, unique: true}
      people: {type: links, to: person, through: membership}
      parts:
        type: table
        fields: {name: {type: text, required: true}, hours: {type: integer}}
        lifecycle:
          states: {open: {label: Open}, shut: {label: Shut, final: true}}
          actions: {shut: {from: open, to: shut, who: role:lead}}
      hours: {type: integer, formula: SUM(parts.hours)}
    access: {lead: {read: true, create: true, update: true, delete: true, export: true}}
    ---
    lifecycle: project
    for: project
    states: {planned: {label: Planned}, over: {label: Over, final: true}}
    actions: {end: {from: planned, to: over, who: role:lead}}
    ---
    entity: membership
    title: person.name
    fields:
      project: {type: link, to: project, required: true, on_delete: cascade}
      person: {type: link, to: person, required: true, inverse: memberships}
    unique: [[project, person]]
    access: {lead: {read: true, create: true, update: true, delete: true}}
"""
