namespace Kioto.ModelTests;

/// <summary>A task that has turns, as a scheduler gives them, and whose waiters are polled by hand.</summary>
internal sealed class HoardingThread : Strand
{
    private readonly ParkedThread _thread = new();
    private HandoutStack _handouts;

    // Its waiters are in arms all the same, unless a model says otherwise.
    internal HoardingThread() => IsTask = true;

    internal override void Wake() => _thread.Wake();

    internal override bool HandOut(Handout handout) => _handouts.TryPush(handout, this);

    internal override void TakeHandout(Handout handout) => _handouts.Remove(handout, this);

    internal void Sleep() => _thread.Sleep();

    /// <summary>A poll of the task in which it polls none of its waiters.</summary>
    internal void Turn()
    {
        _handouts.BeginTurn();
        _handouts.EndTurn(this, yielded: false);
    }

    /// <summary>Its last poll has ended.</summary>
    internal void End() => _handouts.Close(this);
}
