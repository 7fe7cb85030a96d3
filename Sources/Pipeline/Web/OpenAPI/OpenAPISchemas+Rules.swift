import Domain

extension OpenAPISchemas {
    /// Rules, in and out.
    static let rules: [String: JSONValue] = [
        "RuleCondition": [
            "anyOf": [
                object(
                    [
                        "kind": word("faces"), "minimum_faces": integer(in: Rule.facesRange),
                        "release_faces": integer(in: 0...Rule.facesRange.upperBound), "counts_incorrect": flag,
                    ], optional: ["release_faces", "counts_incorrect"]),
                object(
                    [
                        "kind": word("share"), "minimum_share": number(in: 0.01...1),
                        "minimum_faces": integer(in: Rule.facesRange), "release_share": number(in: 0...1),
                        "counts_incorrect": flag,
                    ], optional: ["minimum_faces", "release_share", "counts_incorrect"]),
                object(
                    [
                        "kind": word("compliance"), "below": number(in: 0.01...1), "window": number(in: 60...86_400),
                        "minimum_faces": integer(in: 1...100_000), "release": number(in: 0...1),
                    ], optional: ["minimum_faces", "release"]),
                object(["kind": word("camera"), "trouble": choice(CameraTrouble.self)]),
                object(["kind": word("overloaded"), "delay": number(in: 1...3600)]),
            ]
        ],
        "RuleConfirmation": [
            "anyOf": [
                object(
                    ["pictures": integer(in: Rule.picturesRange), "of": integer(in: Rule.picturesRange)],
                    optional: ["of"]),
                object(["seconds": number(in: Rule.secondsRange)]),
            ]
        ],
        "Schedule": object(
            [
                "weekly": list(object(["weekday": integer(in: 1...7), "from": text, "to": text])),
                "holidays": list(["type": "string", "format": "date"]),
                "override": nullable(object(["is_active": flag, "until": time], optional: ["is_active"])),
            ], optional: ["weekly", "holidays", "override"]),
        "RuleInput": object(
            parts.merging([
                "name": text(.name),
                "limits": object(
                    [
                        "cool_down": number(in: MessageLimits.coolDownRange),
                        "per_hour": nullable(integer(in: MessageLimits.perHourRange)),
                    ], optional: ["cool_down", "per_hour"]),
            ]) { _, last in last },
            optional: [
                "is_enabled", "cameras", "sites", "zones", "condition", "confirmation", "release", "severity",
                "schedule",
                "limits", "snoozed_until",
            ]),
        "Rule": object(
            parts.merging([
                "id": uuid, "name": text, "limits": object(["cool_down": number, "per_hour": nullable(count)]),
            ]) { _, last in last }),
        "RuleList": object(["rules": list(reference("Rule"))]),
        "DryRunInput": object(
            ["rule": reference("RuleInput"), "days": integer(in: RuleDryRun.daysRange)], optional: ["days"]),
        "DryRun": object([
            "pictures": count, "from": nullable(time), "to": nullable(time), "is_cut": flag, "count": count,
            "messages": count,
            "incidents": list(
                object([
                    "camera_id": uuid, "zone_id": nullable(uuid), "opened_at": time, "closed_at": nullable(time),
                    "peak_faces": count, "pictures": count, "evidence": nullable(uuid),
                ])),
        ]),
    ]

    private static let parts: [String: JSONValue] = [
        "is_enabled": flag, "cameras": nullable(list(uuid)), "sites": list(uuid), "zones": list(uuid),
        "condition": reference("RuleCondition"), "confirmation": reference("RuleConfirmation"),
        "release": reference("RuleConfirmation"), "severity": choice(Rule.Severity.self),
        "schedule": nullable(reference("Schedule")), "snoozed_until": nullable(time),
    ]

    private static func word(_ word: String) -> JSONValue { ["type": "string", "enum": [.string(word)]] }

    /// Zones, sites, corrections, comments.
    static let places: [String: JSONValue] = [
        "Zone": object(["id": uuid, "name": text, "kind": choice(Zone.Kind.self), "polygon": polygon]),
        "ZoneList": object(["zones": list(reference("Zone"))]),
        "ZoneListInput": object([
            "zones": list(
                object(
                    ["id": uuid, "name": text(.name), "kind": choice(Zone.Kind.self), "polygon": polygon],
                    optional: ["id"]))
        ]),
        "Site": object(["id": uuid, "name": text, "time_zone": text]),
        "SiteList": object(["sites": list(reference("Site")), "time_zone": text]),
        "SiteInput": object(["name": text(.name), "time_zone": text(.timeZone)]),
        "CorrectedFace": object(["box": box, "mask": choice(MaskState.self)]),
        "CorrectionInput": object(["faces": list(reference("CorrectedFace"))]),
        "Correction": object([
            "snapshot_id": uuid, "faces": list(reference("CorrectedFace")), "corrected_by": text, "corrected_at": time,
        ]),
        "CommentInput": object(["text": text(.comment)]),
        "FalseAlarmInput": object(["false_alarm": flag], optional: ["false_alarm"]),
    ]

    private static let box: JSONValue = ["type": "array", "items": number, "minItems": 4, "maxItems": 4]
    private static let polygon: JSONValue = [
        "type": "array", "minItems": 3, "maxItems": 64,
        "items": ["type": "array", "items": number(in: 0...1), "minItems": 2, "maxItems": 2],
    ]

    static let statistics: [String: JSONValue] = [
        "Counts": object(counts),
        "Statistics": object([
            "interval": choice(StatisticsInterval.self), "from": time, "to": time, "time_zone": text,
            "totals": reference("Counts"),
            "buckets": list(object(counts.merging(["start": time]) { _, last in last })),
        ]),
        "WeekStatistics": object([
            "from": time, "to": time, "time_zone": text,
            "cells": list(
                object(
                    counts.merging([
                        "weekday": integer(in: 1...7), "hour": integer(in: 0...23), "hours": count,
                    ]) { _, last in last })),
        ]),
    ]

    private static let counts: [String: JSONValue] = [
        "pictures": count, "expected": count, "incidents": count, "worn_correctly": count, "worn_incorrectly": count,
        "without": count, "unknown": count, "compliance": nullable(number),
    ]
}
