namespace Kioto.ModelTests;

/// <summary>The root of a BlockOn: a leaf that any thread may finish. It keeps one waker, as a leaf of the runtime does.</summary>
internal sealed class ModelRoot : LeafSource<Unit>
{
    private WakeTarget? _target;
    private int _finished;

    internal int Polls { get; private set; }

    internal BlockOnStrand NewStrand() => new(this, Version);

    internal void Finish()
    {
        Interlocked.Exchange(ref _finished, 1);
        Volatile.Read(ref _target)?.Wake();
    }

    private protected override bool Poll(ref PollContext context)
    {
        Polls++;
        Interlocked.Exchange(ref _target, context.Waker.Target);
        return Volatile.Read(ref _finished) != 0 && Complete(default);
    }

    private protected override bool Withdraw() => true;

    private protected override void Recycle(Ambient ambient) => ClearOutcome();
}
