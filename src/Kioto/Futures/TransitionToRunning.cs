namespace Kioto;

/// <summary>How a task that was taken from a queue is to be polled.</summary>
internal enum TransitionToRunning
{
    Poll,
    Cancel,
}
