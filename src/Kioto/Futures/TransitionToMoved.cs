namespace Kioto;

/// <summary>Outcome of giving a timer a later deadline where it is.</summary>
internal enum TransitionToMoved
{
    /// <summary>It waits for the new deadline.</summary>
    Success,

    /// <summary>The wheel has let go of it: it must be started anew.</summary>
    Settled,
}
