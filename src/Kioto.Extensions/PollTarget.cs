namespace Kioto;

/// <summary>Stands for a waker that wakes nobody.</summary>
internal sealed class PollTarget : WakeTarget
{
    internal static readonly PollTarget Nobody = new();

    private PollTarget()
    {
    }

    internal override void Wake()
    {
    }

    /// <summary>Whether the polled task has budget left; else it has been given another turn, and the poll is to be pending.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="context">The context of the poll.</param>
    /// <returns>True outside any task.</returns>
    internal static bool HasBudget(Ambient ambient, ref PollContext context)
    {
        if (ambient.Strand is not { } strand || ambient.Budget > 0)
        {
            return true;
        }

        if (ReferenceEquals(context.Waker.Target, strand.Target))
        {
            strand.RequestYield();
        }
        else
        {
            context.Waker.Wake(); // Whoever polls by hand inside a task decides when it polls again.
        }

        return false;
    }
}
