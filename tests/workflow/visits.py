"""Visits that are planned by an action which asks for more than a record keeps."""

YAML = """
    app: visits
    languages: [en, zh]
    roles: {clerk: {label: Clerk}}
    ---
    entity: place
    title: name
    fields: {name: {type: text, required: true}, open: {type: boolean, default: true}}
    access: {clerk: {read: open}}
    ---
    entity: note
    title: words
    fields: {words: {type: text}}
    access: {clerk: {read: true}}
    ---
    entity: visit
    title: subject
    fields:
      subject: {type: text, required: true}
      remark: {type: text}
      days: {type: integer}
      host: {type: user}
      stops: {type: table, fields: {town: {type: text}, nights: {type: integer}}}
    access: {clerk: {read: true, create: true, update: true}}
    ---
    lifecycle: visit
    for: visit
    states: {open: {label: Open}, planned: {final: true}}
    actions:
      plan:
        from: open
        to: planned
        who: role:clerk
        ask:
          remark: required
          days: optional
          contact_name: {type: text, required: true, max: 20, label: {en: Contact, zh: 联系人}}
          nights: {type: integer, min: 1, default: 2}
          at: {type: link, to: place}
          how: {type: choice, of: [car, train]}
        when: [{require: nights < 30, say: '{nights} nights are too many'}, {require: days = null}]
        set: {subject: '=subject & " with " & contact_name & " in " & at.name', days: =nights}
        create:
          - {entity: note, when: how = "train", set: {words: '="Ticket for " & contact_name'}}
          - {entity: note, from: stops, where: nights > parent.days, set: {words: '=town & " " & contact_name & " " & nights'}}
          - {entity: note, from: {entity: place, where: name = contact_name}, set: {words: '="As the place: " & name'}}
        notify: {who: field:host, message: {en: "Meet {contact_name}", zh: "会见 {contact_name}"}}
      skip: {from: open, who: system, ask: {why: {type: text}}, set: {remark: '=IF(why = null, "nobody said", why)'}}
"""
STORY = """
scenario: story
people: {ann: {name: Ann, roles: [clerk]}}
clock: "2026-03-02 09:00"
given:
  place: {wuxi: {name: Wuxi}}
  visit: {audit: {subject: Audit, created_by: ann}}
steps:
  - {as: ann, do: plan, record: audit, with: {remark: Soon, contact_name: Li, nights: 40}, fails: {refused: too many}}
  - {as: ann, do: plan, record: audit, with: {remark: Soon, nights: 2}, fails: {invalid: {contact_name: needed}}}
  - {as: ann, do: plan, record: audit, with: {remark: Soon, contact_name: Li, at: wuxi}}
  - {expect: [{record: audit, state: planned, fields: {subject: Audit with Li in Wuxi, days: 2}}]}
"""
