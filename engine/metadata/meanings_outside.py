"""What the keys of public forms and portals mean, in one sentence each."""

from __future__ import annotations

from collections.abc import Mapping

OUTSIDE: Mapping[str, str] = {
    "PublicForm.by": "`new`: each answer is a new record; `link`: it is about one, and its address is secret (`notify: {who, link: NAME}`)",
    "PublicForm.closes": "from when on nobody may send it any more: a time, or a formula after `=`",
    "PublicForm.expires": "how long a secret address is good",
    "PublicForm.fields": "names of fields, or a field with what differs here; nothing else can be written",
    "PublicForm.limit": "how often one network address may send it",
    "PublicForm.lookup": "links whose records may be searched, by their titles: `category`, `lines.product`",
    "PublicForm.once": "true: the secret address is good for one answer",
    "PublicForm.opens": "from when on it may be sent: a time, or a formula after `=`",
    "PublicForm.public": "the name of the form, and the end of its address: `/public/NAME`",
    "PublicForm.resume": "how long an unfinished answer is kept for whoever has its secret address",
    "PublicForm.set": "fields that get a value besides: a literal, or a formula after `=` that sees what was typed",
    "PublicForm.show": "fields, or paths to them, that are only read; nothing else can be read",
    "PublicForm.thanks": "the last page; `{number}` and other fields are filled in",
    "Portal.address": "where people find it",
    "Portal.color": "the color of buttons and links, as `#0f6e56`",
    "Portal.home": "the first page: the records of this entity, or the record where there is one only; else an overview of what waits",
    "Portal.join": "how people come in: `invite`, or the public form where they apply",
    "Portal.languages": "the languages it offers; else all of the application",
    "Portal.menu": "entities, in this order; else everything that the roles may read",
    "Portal.portal": "the name of the portal",
    "Portal.roles": "the roles that land here; they are `external: true`",
    "PortalItem.item": "the entity",
    "PortalItem.label": "what its people call it",
}
