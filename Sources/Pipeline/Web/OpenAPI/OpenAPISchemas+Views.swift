import Domain

extension OpenAPISchemas {
    /// What the API gives.
    static let views: [String: JSONValue] = access.merging(cameras) { _, last in last }
        .merging(incidents) { _, last in last }.merging(site) { _, last in last }
        .merging(rules) { _, last in last }.merging(places) { _, last in last }.merging(statistics) { _, last in last }

    private static let access: [String: JSONValue] = [
        "Problem": object(
            [
                "type": text, "title": text, "status": count, "detail": text, "code": text,
                "errors": list(object(["field": text, "message": text])),
            ], optional: ["code", "errors"]),
        "User": object(["id": uuid, "name": text, "role": choice(User.Role.self)]),
        "UserList": object(["users": list(reference("User"))]),
        "Session": object(["setup_required": flag, "demo": flag, "user": nullable(reference("User"))]),
        "Granted": object(["user": reference("User")]),
        "Token": object(["id": uuid, "name": text, "created_at": time]),
        "TokenList": object(["tokens": list(reference("Token"))]),
        "NewToken": object(["id": uuid, "name": text, "created_at": time, "token": text]),
    ]

    private static let cameras: [String: JSONValue] = [
        "Stream": object([
            "codec": text, "width": count, "height": count, "frame_rate": nullable(number),
            "key_frame_interval": nullable(number),
        ]),
        "CameraStatus": object([
            "state": choice(CameraStatus.State.self),
            "reason": nullable(object(["code": choice(CameraFailure.Code.self), "message": text])), "since": time,
            "last_snapshot_at": nullable(time), "stream": nullable(reference("Stream")), "taken": count,
            "skipped": count, "rejected": map(of: count),
        ]),
        "Camera": object([
            "id": uuid, "name": text,
            "source": object([
                "address": text, "username": nullable(text), "has_password": flag,
                "transport": choice(CameraSource.Transport.self),
            ]),
            "sampling": object([
                "every": number, "shots": count, "spacing": number, "mode": choice(Sampling.Mode.self),
            ]),
            "is_enabled": flag, "site_id": nullable(uuid), "zones": list(reference("Zone")), "created_at": time,
            "updated_at": time,
            "status": nullable(reference("CameraStatus")), "latest": nullable(reference("Observation")),
        ]),
        "CameraList": object(["cameras": list(reference("Camera"))]),
        "Probe": object(["stream": reference("Stream"), "seconds_to_first_picture": number, "picture": text]),
        "Face": object([
            "box": ["type": "array", "items": number, "minItems": 4, "maxItems": 4], "score": number,
            "mask": choice(MaskState.self), "mask_score": number, "mask_scores": map(of: number),
        ]),
        "Observation": object([
            "snapshot_id": uuid, "camera_id": uuid, "taken_at": time, "width": count, "height": count,
            "faces": list(reference("Face")), "models": list(text),
        ]),
        "ObservationList": object(["observations": list(reference("Observation"))]),
        "Detection": object([
            "width": count, "height": count, "faces": list(reference("Face")),
            "timings_ms": object(["decode": number, "detect": number, "classify": number, "total": number]),
        ]),
    ]

    private static let incidents: [String: JSONValue] = [
        "Incident": object([
            "id": uuid, "rule_id": uuid, "rule_name": text, "camera_id": nullable(uuid), "zone_id": nullable(uuid),
            "severity": choice(Rule.Severity.self), "state": choice(Incident.State.self), "opened_at": time,
            "updated_at": time, "closed_at": nullable(time), "peak_faces": count, "pictures": count,
            "evidence": nullable(uuid), "acknowledged_at": nullable(time), "acknowledged_by": nullable(text),
            "false_alarm_at": nullable(time), "false_alarm_by": nullable(text),
        ]),
        "IncidentList": object(["incidents": list(reference("Incident"))]),
        "CommentList": object([
            "comments": list(object(["author": text, "written_at": time, "text": text]))
        ]),
    ]

    private static let site: [String: JSONValue] = [
        "Version": object(["name": text, "version": text]),
        "System": object([
            "version": text, "demo": flag,
            "counts": object([
                "taken": count, "observed": count, "failed": count, "in_flight": count, "expired": count,
            ]),
            "queues": list(
                object([
                    "name": text, "ready": count, "in_flight": count, "dead": count, "oldest": nullable(time),
                ])),
            "storage": object(["used_bytes": count, "free_bytes": count]), "models": list(text),
        ]),
        "DeadLetterList": object([
            "dead_letters": list(
                object([
                    "id": text, "queue": text, "reason": object(["code": text, "message": text]), "attempts": count,
                    "died_at": time,
                ]))
        ]),
    ]
}
