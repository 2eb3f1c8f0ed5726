namespace Kioto.SyncTests;

/// <summary>A task that has turns, as a scheduler gives them, and whose waiters a test polls by hand.</summary>
internal sealed class Turner : Strand
{
    private HandoutStack _handouts;

    internal override void Wake()
    {
    }

    internal override bool HandOut(Handout handout) => _handouts.TryPush(handout, this);

    internal override void TakeHandout(Handout handout) => _handouts.Remove(handout, this);

    /// <summary>A poll of the task in which it polls none of its waiters.</summary>
    internal void Turn()
    {
        _handouts.BeginTurn();
        _handouts.EndTurn(this, yielded: false);
    }

    internal void End() => _handouts.Close(this);
}
