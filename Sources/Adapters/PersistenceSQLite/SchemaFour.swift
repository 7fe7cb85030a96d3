/// The limit on the messages of all rules together.
enum SchemaFour {
    /// `budget`: JSON of a `MessageBudget`; one row.
    static let statements: [StaticString] = [
        """
        CREATE TABLE overall_budget (
            is_only INTEGER PRIMARY KEY DEFAULT 1 CHECK (is_only = 1),
            budget TEXT NOT NULL)
        """
    ]
}
