namespace Kioto;

/// <summary>Outcome of leaving a timer in its wheel.</summary>
internal enum TransitionToLeft
{
    /// <summary>It lies there, and wakes nobody.</summary>
    Success,

    /// <summary>The wheel has let go of it: it has fired, or its runtime has ended.</summary>
    Settled,
}
