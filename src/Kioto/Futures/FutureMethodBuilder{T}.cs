using System;
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Builds <c>async Future&lt;T&gt;</c> methods. For the compiler.</summary>
/// <typeparam name="T">The type of the method's result.</typeparam>
/// <remarks>
/// A mutable struct that lives inside the state machine. The compiler calls <see cref="Start"/> on the original, which
/// writes the frame into it before it copies the whole state machine into that frame: both then know the frame.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct FutureMethodBuilder<T>
{
    private Frame<T> _frame;

    /// <summary>The future of this call.</summary>
    public readonly Future<T> Task => new(_frame, _frame.Version);

    /// <summary>Makes an empty builder.</summary>
    /// <returns>The builder.</returns>
    public static FutureMethodBuilder<T> Create() => default;

    /// <summary>Moves the state machine into a pooled frame. The body does not run: futures are lazy.</summary>
    /// <typeparam name="TStateMachine">The type of the state machine.</typeparam>
    /// <param name="stateMachine">The state machine.</param>
    public void Start<[DynamicallyAccessedMembers(MachineTraits.Fields)] TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        Frame<TStateMachine, T> frame = SourcePool<Frame<TStateMachine, T>>.Rent(Ambient.Current);
        _frame = frame;
        frame.StateMachine = stateMachine;
    }

    /// <summary>Not used: the state machine is never boxed.</summary>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine)
    {
    }

    /// <summary>Completes the future.</summary>
    /// <param name="result">The result.</param>
    public readonly void SetResult(T result) => _frame.SetResult(result);

    /// <summary>Fails the future.</summary>
    /// <param name="exception">The failure.</param>
    public readonly void SetException(Exception exception) => _frame.SetException(exception);

    /// <summary>Suspends at an awaiter that flows the execution context itself.</summary>
    /// <typeparam name="TAwaiter">The type of the awaiter.</typeparam>
    /// <typeparam name="TStateMachine">The type of the state machine.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => Suspension.Await(_frame, ref awaiter);

    /// <summary>Suspends at an awaiter.</summary>
    /// <typeparam name="TAwaiter">The type of the awaiter.</typeparam>
    /// <typeparam name="TStateMachine">The type of the state machine.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(
        ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine => Suspension.AwaitUnsafe(_frame, ref awaiter);
}
