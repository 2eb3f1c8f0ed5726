using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>The lock of a primitive's list of waiters: a <see cref="SpinWord"/>. See docs/decisions/0073.</summary>
/// <remarks>
/// A mutable struct that is never copied. The models of the primitives have an ordinary lock here, as the explorer knows
/// who waits for that; the word has a model of its own.
/// </remarks>
internal struct ShortLock
{
#if KIOTO_MODEL
    private Lock? _lock;

    [UnscopedRef]
    internal Lock.Scope EnterScope() => (_lock ??= new Lock()).EnterScope();
#else
    private SpinWord _word;

    /// <summary>Enters it, for a few instructions.</summary>
    /// <returns>Dispose it to leave.</returns>
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // notify_one, mutex_contended
    internal Scope EnterScope()
    {
        _word.Enter();
        return new Scope(ref _word);
    }

    /// <summary>Leaves the lock when disposed.</summary>
    internal readonly ref struct Scope
    {
        private readonly ref SpinWord _word;

        internal Scope(ref SpinWord word) => _word = ref word;

        /// <summary>Leaves the lock.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // as EnterScope
        public void Dispose() => _word.Exit();
    }
#endif
}
