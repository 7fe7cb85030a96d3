/// The limit on the messages of all rules together.
enum SchemaTwo {
    /// `budget`: JSON of a `MessageBudget`; one row, which is there to be locked.
    static let statements: [StaticString] = [
        """
        CREATE TABLE overall_budget (
            is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
            budget json)
        """,
        "INSERT INTO overall_budget DEFAULT VALUES",
    ]
}
