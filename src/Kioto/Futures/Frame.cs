using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>The pooled home of one call of an <c>async Future</c> method.</summary>
/// <typeparam name="T">The type of the method's result.</typeparam>
internal abstract class Frame<T> : ResultSource<T>
{
    internal void SetResult(T result)
    {
        Result = result;
        State = SourceState.Done;
    }

    internal void SetException(System.Exception exception)
    {
        Error = ExceptionDispatchInfo.Capture(exception);
        State = SourceState.Done;
    }

    internal sealed override bool Start(uint token, Ambient ambient)
    {
        CheckFresh(token);
        Ownership.Check(this);

        // Starting recurses; resuming does not. Short of stack, the strand's loop starts this frame from its top.
        if ((++ambient.Depth & 15) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            ambient.Depth--;
            return false;
        }

        State = SourceState.Started;
        SetRunner(ambient);
        if (ContextFlow.IsDefault(ambient))
        {
            MoveNext();
            ContextFlow.Enter(null, ambient);
        }
        else
        {
            ExecutionContext callers = ContextFlow.Remember(out bool suppressed);
            MoveNext();
            ContextFlow.ComeBack(callers, suppressed);
        }

        ambient.Depth--;
        return State == SourceState.Done;
    }

    internal sealed override void Attach(FutureSource? awaiting, Strand strand)
    {
        Parent = awaiting;
        if (State == SourceState.Created)
        {
            State = SourceState.Deferred;
            SetContext(ContextFlow.Save(Ambient.Current));
            strand.Defer(this);
        }
    }

    internal sealed override void Resume(Ambient ambient)
    {
        Ownership.Check(this);
        State = SourceState.Started;
        ContextFlow.Enter(Context, ambient);
        SetRunner(ambient);
        MoveNext();
    }

    /// <summary>Runs the method's body to its next suspension or to its end.</summary>
    private protected abstract void MoveNext();
}
