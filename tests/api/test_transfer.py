"""Files over HTTP: lists leave, and records come in as a job."""

from __future__ import annotations

from uuid import uuid4

from tests.api.conftest import Client, World


def send(client: Client, path: str, body: bytes, kind: str = "text/csv") -> dict[str, object]:
    headers = {"Authorization": f"Bearer {client.token}"}
    response = client.flask.post(f"/api/v1{path}", data=body, content_type=kind, headers=headers)
    return dict(response.get_json()) | {"status": response.status_code}


def test_a_file_is_sent_rehearsed_run_and_asked_about(world: World) -> None:
    ann, name = world["ann"], f"Supplier {uuid4().hex}"
    sent = send(ann, "/records/supplier/import?check=true&name=x.csv", f"name\n{name}\n".encode())
    assert (sent["status"], sent["state"], sent["counts"]) == (202, "checking", {"waiting": 1})
    world.app.jobs.run_due()
    at = f"/imports/{sent['id']}"
    assert ann.get(at).get_json()["counts"] == {"good": 1}
    assert ann.send("POST", f"{at}/run").status_code == 202
    world.app.jobs.run_due()
    assert ann.get(at).get_json()["state"] == "done"
    assert len(ann.get("/records/supplier", where=f'name = "{name}"').get_json()["records"]) == 1
    assert world["bob"].get(at).status_code == 404


def test_what_failed_is_a_file(world: World) -> None:
    ann = world["ann"]
    sent = send(ann, "/records/supplier/import", b"id,name\n999999,Nobody\n")
    world.app.jobs.run_due()
    told = ann.get(f"/imports/{sent['id']}").get_json()
    assert (told["counts"], told["problems"][0]["line"]) == ({"failed": 1}, 2)
    with ann.get(f"/imports/{sent['id']}/failed") as answer:
        assert answer.get_data().decode("utf-8-sig").startswith("id,name,What is wrong\r\n999999,Nobody,")


def test_what_cannot_be_read_is_refused(world: World) -> None:
    ann = world["ann"]
    assert send(ann, "/records/supplier/import", b"")["status"] == 422
    assert send(ann, "/records/supplier/import?chek=true", b"name\nx\n")["status"] == 422
    assert send(world.token("ann", "read"), "/records/supplier/import", b"name\nx\n")["status"] == 403
    assert ann.get("/records/supplier/export").status_code == 403
