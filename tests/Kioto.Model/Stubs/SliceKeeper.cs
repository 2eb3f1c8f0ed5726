namespace Kioto;

/// <summary>Nobody watches how long a poll lasts: what models poll ends at once, or never.</summary>
internal static class SliceKeeper
{
    internal static void BeginTurn(Ambient ambient, int budget) => ambient.Budget = budget;

    internal static void Enter(Ambient ambient, Scheduler? scheduler) => ambient.Guard = null;
}
