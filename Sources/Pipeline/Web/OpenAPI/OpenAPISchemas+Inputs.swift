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
                "is_enabled": flag, "site_id": nullable(uuid),
            ], optional: ["sampling", "is_enabled", "site_id"]),
        "ProbeInput": object(
            ["source": reference("CameraSourceInput"), "camera_id": nullable(uuid)], optional: ["camera_id"]),
    ]
}
