import Domain

extension OpenAPISchemas {
    /// What the API takes.
    static let inputs: [String: JSONValue] = [
        "SetupInput": object([
            "token": text(.setupToken), "name": text(.userName), "password": text(.newPassword),
        ]),
        "SignInInput": object(["name": text(.userName), "password": text(.typedPassword)]),
        "UserInput": object([
            "name": text(.userName), "role": choice(User.Role.self), "password": text(.newPassword),
        ]),
        "PasswordInput": object(
            ["current": text(.typedPassword), "password": text(.newPassword)], optional: ["current"]),
        "TokenInput": object(["name": text(.name)]),
        "CameraSourceInput": object(
            [
                "address": text(.address), "username": nullable(text(.cameraUserName)),
                "password": nullable(text(.cameraPassword)), "transport": choice(CameraSource.Transport.self),
            ], optional: ["username", "password", "transport"]),
        "SamplingInput": object(
            [
                "every": number(in: Sampling.everyRange), "shots": integer(in: Sampling.shotsRange),
                "spacing": number(in: Sampling.spacingRange), "mode": choice(Sampling.Mode.self),
            ], optional: ["every", "shots", "spacing", "mode"]),
        "CameraInput": object(
            [
                "name": text(.name), "source": reference("CameraSourceInput"), "sampling": reference("SamplingInput"),
                "is_enabled": flag,
            ], optional: ["sampling", "is_enabled"]),
        "ProbeInput": object(
            ["source": reference("CameraSourceInput"), "camera_id": nullable(uuid)], optional: ["camera_id"]),
        "RuleInput": object(
            [
                "name": text(.name), "is_enabled": flag, "cameras": nullable(list(uuid)),
                "minimum_faces": integer(in: Rule.facesRange), "counts_incorrect": flag,
                "confirmation": integer(in: Rule.picturesRange), "release": integer(in: Rule.picturesRange),
                "severity": choice(Rule.Severity.self),
            ],
            optional: [
                "is_enabled", "cameras", "minimum_faces", "counts_incorrect", "confirmation", "release", "severity",
            ]),
    ]
}
