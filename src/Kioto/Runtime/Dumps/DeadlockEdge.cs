namespace Kioto;

/// <summary>A strand waits for something for which another one, or itself, must go on.</summary>
/// <param name="From">Who waits.</param>
/// <param name="To">Who must go on.</param>
/// <param name="Wait">The wait.</param>
internal sealed record DeadlockEdge(Strand From, Strand To, DeadlockWait Wait)
{
    internal DeadlockStep ToStep(DumpWriter writer) => new(
        IdOf(From),
        From is TaskHeader task ? task.Site : default,
        Wait.Leaf.What,
        writer.NumberOf(Wait.Leaf.Resource),
        IdOf(To));

    private static TaskId? IdOf(Strand strand) => strand is TaskHeader task ? new TaskId(task.KnownId) : null;
}
