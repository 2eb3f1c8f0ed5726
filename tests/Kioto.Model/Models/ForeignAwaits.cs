using System;

namespace Kioto.ModelTests;

/// <summary>A task whose one frame awaits foreign things, one after the other.</summary>
internal sealed class ForeignAwaits(int awaits, Action<ForeignLeaf> begin) : TaskHeader
{
    private readonly Frame _frame = new(awaits, begin);

    internal bool Ended { get; private set; }

    private protected override bool BeginBody(Ambient ambient)
    {
        _frame.Resume(ambient);
        return _frame.State == SourceState.Done;
    }

    private protected override void Complete(Ambient ambient)
    {
        Status.TransitionToComplete();
        Ended = true;
    }

    private protected override void OnKilled() => throw new NotSupportedException();

    private sealed class Frame(int awaits, Action<ForeignLeaf> begin) : FutureSource
    {
        private int _left = awaits;

        internal override void Resume(Ambient ambient)
        {
            if (_left-- == 0)
            {
                State = SourceState.Done;
                return;
            }

            State = SourceState.Started;
            begin(ForeignLeaf.Suspend(this, ambient.Strand!, ambient));
        }

        internal override bool Start(uint token, Ambient ambient) => throw new NotSupportedException();

        internal override void Attach(FutureSource? awaiting, Strand strand) => throw new NotSupportedException();

        internal override void Abandon() => throw new NotSupportedException();

        internal override void SetCancelled() => throw new NotSupportedException();
    }
}
