using System.Threading;

namespace Kioto;

/// <summary>The execution context around a leaf that polls other strands: their frames change it, the caller's must not see it.</summary>
internal readonly ref struct CallersContext
{
    private readonly Ambient _ambient;
    private readonly ExecutionContext? _context;
    private readonly bool _suppressed;

    private CallersContext(Ambient ambient)
    {
        _ambient = ambient;
        if (!ContextFlow.IsDefault(ambient))
        {
            _context = ContextFlow.Remember(out _suppressed);
        }
    }

    /// <summary>Remembers the context until disposal.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>What brings it back.</returns>
    internal static CallersContext Keep(Ambient ambient) => new(ambient);

    internal void Dispose()
    {
        if (_context is null)
        {
            ContextFlow.Enter(null, _ambient);
        }
        else
        {
            ContextFlow.ComeBack(_context, _suppressed);
        }
    }
}
