namespace Kioto;

/// <summary>Whom to call for queued closures. Who is told so has to do it, outside the lock.</summary>
internal enum BlockingCall
{
    /// <summary>Nobody: somebody is on the way already, or all threads are busy and look at the queue when they are done.</summary>
    Nobody,

    /// <summary>Unpark the thread that was taken off the idle ones.</summary>
    Wake,

    /// <summary>Start a thread: it has been counted.</summary>
    Start,

    /// <summary>The pool is closed: the closure was not queued.</summary>
    Refused,
}
