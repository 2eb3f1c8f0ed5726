namespace Kioto.ModelTests;

/// <summary>A task that is only queued, never run.</summary>
internal sealed class QueuedTask : TaskHeader
{
    /// <summary>How often a model has taken it from a queue.</summary>
    internal int Taken;

    internal int Number;

    private protected override bool BeginBody(Ambient ambient) => throw new System.NotSupportedException();

    private protected override void Complete(Ambient ambient) => throw new System.NotSupportedException();

    private protected override void OnKilled() => throw new System.NotSupportedException();
}
