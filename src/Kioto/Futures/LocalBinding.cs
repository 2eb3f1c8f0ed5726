namespace Kioto;

/// <summary>One value of one task-local, in force on a strand: a node of the strand's stack of open scopes.</summary>
/// <remarks>
/// A strand runs its frames innermost first, so its scopes open and close like brackets: the stack stays on the strand
/// while it is suspended, and neither a poll nor an await touches it.
/// A binding belongs to its scope and is used again by the next one. Who may outlive the scope (a spawned task, code of
/// a foreign builder) gets a copy, which nobody changes any more; each scope makes it at most once.
/// INVARIANT: touched only by the thread that polls the strand; of a copy, which others may read, nothing but
/// the heritage is written, and whoever comes first writes as good a one as the next.
/// </remarks>
internal abstract class LocalBinding
{
    /// <summary>The task-local whose value this is.</summary>
    internal object Key = null!;

    /// <summary>The binding around this one, or null.</summary>
    internal LocalBinding? Outer;

    private LocalBinding? _copy;
    private LocalBinding? _heritage;

    /// <summary>Whether tasks that are spawned inside the scope start with the value.</summary>
    internal bool IsInherited { get; set; }

    private bool IsCopy { get; set; }

    /// <summary>What is in force where the current thread is.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>The innermost binding, or null.</returns>
    internal static LocalBinding? Innermost(Ambient ambient) =>
        ambient.Strand is { } strand ? strand.Locals : ambient.Locals;

    /// <summary>A stack that may outlive its scopes.</summary>
    /// <param name="innermost">The stack; null is empty.</param>
    /// <returns>A stack of the same values.</returns>
    internal static LocalBinding? Copy(LocalBinding? innermost)
    {
        // A loop, from the inside out: scopes may be nested deeper than a thread's stack is.
        LocalBinding? first = null;
        LocalBinding? last = null;
        LocalBinding? known = null;
        for (LocalBinding? each = innermost; each is not null && known is null; each = each.Outer)
        {
            known = each.IsCopy ? each : each._copy;
            Append(known ?? (each._copy = each.Copy()), ref first, ref last);
        }

        return first;
    }

    /// <summary>The stack that a task starts with which is spawned inside the scopes.</summary>
    /// <param name="innermost">The spawner's stack; null is empty.</param>
    /// <returns>A stack of the values that are inherited.</returns>
    internal static LocalBinding? Inherit(LocalBinding? innermost)
    {
        LocalBinding? first = null;
        LocalBinding? last = null;
        LocalBinding? known = null;
        for (LocalBinding? each = innermost; each is not null && known is null; each = each.Outer)
        {
            if (each.IsInherited)
            {
                known = each._heritage;
                Append(known ?? each.Bequeath(), ref first, ref last);
            }
        }

        // Once the stack is whole: of a copy, others may be reading it.
        LocalBinding? made = first;
        for (LocalBinding? each = innermost; !ReferenceEquals(made, known); each = each.Outer)
        {
            if (each!.IsInherited)
            {
                each._heritage = made;
                made = made!.Outer;
            }
        }

        return first;
    }

    /// <summary>The same value for ever, around nothing yet.</summary>
    /// <returns>The copy.</returns>
    private protected abstract LocalBinding Clone();

    /// <summary>Keeps nothing of the scope that has ended.</summary>
    private protected void Reset()
    {
        Outer = null;
        _copy = null;
        _heritage = null;
    }

    private static void Append(LocalBinding copy, ref LocalBinding? first, ref LocalBinding? last)
    {
        if (last is null)
        {
            first = copy;
        }
        else
        {
            last.Outer = copy;
        }

        last = copy;
    }

    private LocalBinding Bequeath()
    {
        LocalBinding copy = Copy();
        copy._heritage = copy; // For the spawned task's own children.
        return copy;
    }

    private LocalBinding Copy()
    {
        LocalBinding copy = Clone();
        copy.IsCopy = true;
        return copy;
    }
}
