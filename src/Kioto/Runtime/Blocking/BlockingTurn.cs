namespace Kioto;

/// <summary>From where a thread comes to the queue.</summary>
internal enum BlockingTurn
{
    /// <summary>It was started: it counts as on the way.</summary>
    Started,

    /// <summary>It has run a closure.</summary>
    Done,

    /// <summary>It slept, and was unparked or woke up for nothing.</summary>
    Slept,

    /// <summary>It slept as long as an idle thread is kept.</summary>
    Expired,
}
