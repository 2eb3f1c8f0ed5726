using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>A chain of suspended frames and the leaf that the innermost one waits for.</summary>
/// <remarks>
/// On a wake the strand polls the leaf, then resumes frame after frame outward in a loop: O(1) however deep the chain,
/// without recursion. A task has one strand; combinators hold one per arm.
/// INVARIANT: polled by one thread at a time (for tasks, the holder of the RUNNING bit), which alone touches the fields.
/// </remarks>
internal abstract partial class Strand : WakeTarget
{
    // What the innermost frame waits for; valid while _waiting. Left as it is when the frame resumes: the next
    // suspension often stores the same object, and comparing is cheaper than a store's write barrier.
    private FutureSource? _leaf;

    // The innermost suspended frame; null when the root of the strand is a leaf itself.
    private FutureSource? _top;

    // Whether the strand waits for its leaf; else it runs, or _top lacked the stack to start.
    private bool _waiting;

    /// <summary>A task's: whether its polled future asked for another turn. Here it fills a gap: there it costs 8 bytes.</summary>
    private protected bool Yielded;

    /// <summary>A task's: whether its root has been started. Here for the same reason.</summary>
    private protected bool Begun;

    /// <summary>Whether it is a task's own, and not a part of one that the task may poll around. INVARIANT: constant.</summary>
    internal bool IsTask { get; private protected init; }

    /// <summary>A task's: whether it is of the background class. INVARIANT: written before the task is first scheduled.</summary>
    internal bool IsBackground;

    /// <summary>The innermost open scope of a task-local, or null.</summary>
    /// <remarks>A strand inside another one begins with a copy of what is in force there: see <see cref="InheritScopes"/>.</remarks>
    internal LocalBinding? Locals
    {
        get => _extras?.Locals;
        set
        {
            if (_extras is { } extras)
            {
                extras.Locals = value;
            }
            else if (value is not null)
            {
                Extras().Locals = value;
            }
        }
    }

    /// <summary>Begins in the scopes of the code that this strand is a part of. Nothing is done, or made, outside scopes.</summary>
    /// <param name="outer">The innermost of them, or null.</param>
    internal void InheritScopes(LocalBinding? outer)
    {
        if (outer is not null)
        {
            Locals = LocalBinding.Copy(outer); // This strand may outlive the scopes, as a pinned future does.
        }
    }

    /// <summary>The frame that awaits the leaf which is being polled again; null at its first poll, and at the root.</summary>
    internal FutureSource? Awaiting => _waiting ? _top : null;

    /// <summary>What a leaf below this strand wakes.</summary>
    internal WakeTarget Target => IsTask ? this : OuterTarget;

    /// <summary>The same, of a strand that is no task's.</summary>
    private protected virtual WakeTarget OuterTarget => this;

    /// <summary>Asks for another poll behind everything that is ready now.</summary>
    internal virtual void RequestYield() => Target.Wake();

    /// <summary>Makes the first poll of the strand's root future.</summary>
    /// <param name="root">The root's source.</param>
    /// <param name="token">The version that the future value carries.</param>
    /// <param name="ambient">The current thread's context, whose strand is this one.</param>
    /// <returns>Whether the root has completed.</returns>
    internal bool Begin(FutureSource root, uint token, Ambient ambient)
    {
        if (root.Start(token, ambient))
        {
            return true;
        }

        root.Attach(null, this);
        return !_waiting && RunFrames(ambient);
    }

    /// <summary>Polls the leaf, and resumes what it completes.</summary>
    /// <param name="ambient">The current thread's context, whose strand is this one.</param>
    /// <returns>Whether the root has completed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    internal bool Resume(Ambient ambient) => Cancelled ? ResumeCancelled(ambient) : Poll(ambient);

    /// <summary>Lets go of all frames without unwinding them: only when no more user code may run.</summary>
    internal void DropFrames()
    {
        EndCancel();
        Ambient ambient = Ambient.Current;
        Strand? outer = ambient.Strand;
        ambient.Strand = this; // A hand-written future that is dropped sees its task-locals.
        try
        {
            if (_waiting && _leaf is { } leaf)
            {
                leaf.Abandon();
            }

            Locals = null;
            for (FutureSource? frame = _top; frame is not null;)
            {
                FutureSource? parent = frame.Parent;
                frame.Abandon();
                frame = parent;
            }
        }
        finally
        {
            ambient.Strand = outer;
        }

        ForgetChain();
    }

    /// <summary>A frame, or the root itself, waits for a leaf that was polled and is pending.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="awaiting">The frame; null at the root.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    internal void Suspend(FutureSource leaf, FutureSource? awaiting)
    {
        if (!ReferenceEquals(_leaf, leaf))
        {
            _leaf = leaf;
        }

        if (!ReferenceEquals(_top, awaiting))
        {
            _top = awaiting;
        }

        _waiting = true;
    }

    /// <summary>A frame lacked the stack to start: the strand's loop starts it.</summary>
    /// <param name="frame">The frame.</param>
    internal void Defer(FutureSource frame)
    {
        _top = frame;
        _waiting = false;
    }

    /// <summary>Keeps nothing alive that the chain held.</summary>
    internal void ForgetChain()
    {
        _leaf = null;
        _top = null;
        _waiting = false;
    }

    /// <summary>Drops the leaf alone, which could not be withdrawn.</summary>
    internal void ForgetLeaf()
    {
        _leaf = null;
        _waiting = false;
    }

    /// <summary>Takes what is suspended in another strand, which goes on running.</summary>
    /// <param name="other">The other strand.</param>
    private protected void MoveChainFrom(Strand other)
    {
        _leaf = other._leaf;
        _top = other._top;
        _waiting = other._waiting;
        other.ForgetChain();
        if (other.Locals is not null)
        {
            MoveLocalsFrom(other);
        }
    }

    // The scopes that frames of the moved chain have opened come along. The others may end before this strand does.
    private void MoveLocalsFrom(Strand other)
    {
        LocalBinding? outermost = null;
        for (FutureSource? frame = _top; frame is not null; frame = frame.Parent)
        {
            outermost = frame.Binding ?? outermost;
        }

        if (outermost is null)
        {
            Locals = LocalBinding.Copy(other.Locals);
            return;
        }

        Locals = other.Locals;
        other.Locals = outermost.Outer;
        outermost.Outer = LocalBinding.Copy(outermost.Outer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    private bool Poll(Ambient ambient)
    {
        if (_waiting)
        {
            if (!PollLeaf(ambient))
            {
                return false;
            }

            _waiting = false;
            ambient.Budget--;
        }

        return RunFrames(ambient);
    }

    // Polling may run user code, which may call a method of a foreign builder that awaits a future: that passes through
    // this strand before it gets a task of its own. What is suspended here is as it was afterwards.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    private bool PollLeaf(Ambient ambient)
    {
        FutureSource leaf = _leaf!;
        FutureSource? top = _top;
        bool ready = leaf.PollLeaf(this, ambient);
        Suspend(leaf, top);
        return ready;
    }

    // Precondition: not waiting. Nearly always the frame goes to wait again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    private bool RunFrames(Ambient ambient)
    {
        if (_top is not { } frame)
        {
            return End();
        }

        frame.Resume(ambient);
        return (frame.State == SourceState.Done || !_waiting) && RunOut(frame, ambient);
    }

    // The frame has been resumed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunOut(FutureSource frame, Ambient ambient)
    {
        while (true)
        {
            while (frame.State == SourceState.Done)
            {
                FutureSource? parent = frame.Parent;
                if (parent is null)
                {
                    return End();
                }

                frame.Parent = null;
                if (!Cancelled || !parent.TryPassCancellation(frame, ambient))
                {
                    parent.Resume(ambient);
                }

                frame = parent;
            }

            if (_waiting)
            {
                return false;
            }

            // Suspended again, and not waiting: _top is a frame that lacked the stack to start. It is started from here.
            if (_top is not { } unstarted)
            {
                return End();
            }

            frame = unstarted;
            frame.Resume(ambient);
        }
    }

    private bool End()
    {
        if (Cancelled)
        {
            EndCancel();
        }

        return true;
    }
}
