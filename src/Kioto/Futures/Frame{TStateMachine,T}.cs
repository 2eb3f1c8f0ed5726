using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>A frame together with the compiler's state machine.</summary>
/// <typeparam name="TStateMachine">The state machine: a struct in Release, a class in Debug.</typeparam>
/// <typeparam name="T">The type of the method's result.</typeparam>
internal sealed class Frame<[DynamicallyAccessedMembers(MachineTraits.Fields)] TStateMachine, T> : Frame<T>
    where TStateMachine : IAsyncStateMachine
{
    internal TStateMachine? StateMachine;

    internal override string Name => TypeNames.OfMethod(typeof(TStateMachine));

    internal override bool CanDrop => MachineTraits<TStateMachine>.HasNoHandlers && !MachineTraits.AlwaysThrow;

    // As that of the base: what gives it back is this class's own, and called directly.
    [StackTraceHidden]
    internal override T GetAwaited(uint token)
    {
        if (!IsAwaitedHere(token, out Ambient? runner))
        {
            return GetResult(token);
        }

        T result = Result!;
        Recycle(runner);
        return result;
    }

    internal override void Abandon() => Recycle(Ambient.Current);

    internal override void Drop()
    {
        StateMachine = default;
        SetCancelled();
    }

    internal override bool TryPassCancellation(FutureSource awaited, Ambient ambient)
    {
        if (awaited.Cancellation is not { } cancellation || !CanDrop)
        {
            return false;
        }

        bool thrown = !awaited.EndsCancelled;
        awaited.Discard(ambient);
        Drop();
        if (thrown)
        {
            Error = cancellation;
        }

        return true;
    }

    internal override bool TryThrowAt(ForeignAwaiter? awaiter) =>
        awaiter is not null && MachineTraits<TStateMachine>.TryThrowAt(ref StateMachine!, awaiter);

    private protected override void MoveNext() => StateMachine!.MoveNext();

    private protected override void Recycle(Ambient ambient)
    {
        // Whatever the body held must not live on in the pool.
        StateMachine = default;
        ClearOutcome();
        SourcePool<Frame<TStateMachine, T>>.Return(ambient, this);
    }
}
