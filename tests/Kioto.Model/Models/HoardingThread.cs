namespace Kioto.ModelTests;

/// <summary>A task that has turns, as a scheduler gives them, and whose waiters are polled by hand.</summary>
internal sealed class HoardingThread : WakeTarget
{
    private readonly ParkedThread _thread = new();
    private HandoutStack _handouts;

    internal override void Wake() => _thread.Wake();

    internal override void HandOut(Handout handout) => _handouts.Push(handout);

    internal override void TakeHandout(Handout handout) => _handouts.Remove(handout);

    internal void Sleep() => _thread.Sleep();

    /// <summary>A poll of the task in which it polls none of its waiters.</summary>
    internal void Turn()
    {
        _handouts.BeginTurn();
        _handouts.EndTurn(this, yielded: false);
    }
}
