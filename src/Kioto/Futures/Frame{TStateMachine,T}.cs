using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>A frame together with the compiler's state machine.</summary>
/// <typeparam name="TStateMachine">The state machine: a struct in Release, a class in Debug.</typeparam>
/// <typeparam name="T">The type of the method's result.</typeparam>
internal sealed class Frame<TStateMachine, T> : Frame<T>
    where TStateMachine : IAsyncStateMachine
{
    internal TStateMachine? StateMachine;

    internal override void Abandon() => Recycle(Ambient.Current);

    private protected override void MoveNext() => StateMachine!.MoveNext();

    private protected override void Recycle(Ambient ambient)
    {
        // Whatever the body held must not live on in the pool.
        StateMachine = default;
        ClearOutcome();
        SourcePool<Frame<TStateMachine, T>>.Return(ambient, this);
    }
}
