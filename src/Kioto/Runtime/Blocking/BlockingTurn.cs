namespace Kioto;

/// <summary>From where a thread comes to the queue.</summary>
internal enum BlockingTurn
{
    /// <summary>It was started, or it has been spinning: it counts as on the way.</summary>
    OnTheWay,

    /// <summary>It has run a closure.</summary>
    Done,

    /// <summary>It slept, and was unparked or woke up for nothing.</summary>
    Slept,

    /// <summary>It slept as long as an idle thread is kept.</summary>
    Expired,
}
