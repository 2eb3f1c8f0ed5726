namespace Kioto;

public static partial class Kio
{
    /// <summary>
    /// Whether the current task may go on: false when it has used up its budget for this turn, and the next operation
    /// that awaits will let others run first. True outside any task. As Tokio's <c>has_budget_remaining</c>.
    /// </summary>
    /// <remarks>
    /// It becomes false, too, when the poll has lasted for <see cref="RuntimeBuilder.TimeSlice"/>, wherever that goes on;
    /// not inside <c>Unconstrained()</c> and <see cref="BlockInPlace(System.Action)"/>, which have no budget.
    /// </remarks>
    public static bool HasBudgetRemaining
    {
        get
        {
            Ambient ambient = Ambient.Current;
            return ambient.Strand is null || ambient.HasBudget;
        }
    }

    /// <summary>
    /// Takes one from the current task's budget; when there is none left, lets the other ready tasks run first. Await it
    /// in loops that compute and await nothing else. Cancel safe. As Tokio's <c>consume_budget</c>.
    /// </summary>
    /// <remarks>
    /// Each turn of a task has a budget of 128 (<see cref="RuntimeBuilder.Budget"/>); what Kioto's operations do without
    /// waiting costs one each. The unit is taken when this is called, not when it is awaited.
    /// </remarks>
    /// <returns>The future to await.</returns>
    [CancelSafe]
    public static Future ConsumeBudgetAsync()
    {
        Ambient ambient = Ambient.Current;
        ambient.LookAtSlice();
        return ambient.TrySpend() ? Future.Completed : YieldNow();
    }
}
