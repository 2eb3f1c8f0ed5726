using System.Runtime.ExceptionServices;

namespace Kioto.Streams;

/// <summary>A failure that an enumeration has met and nobody has been told yet.</summary>
/// <remarks>
/// Kept while the step that met it cleans up, for that may be cancelled: then a later step throws it, and who ends the
/// enumeration without another step has it reported. A mutable struct that is never copied. INVARIANT: its consumer's only.
/// </remarks>
internal struct StreamFailure
{
    private ExceptionDispatchInfo? _error;

    internal readonly bool IsSet => _error is not null;

    /// <summary>Keeps a failure; one that is kept already goes first, and the new one is reported.</summary>
    /// <param name="error">The failure.</param>
    internal void Set(ExceptionDispatchInfo error)
    {
        if (_error is null)
        {
            _error = error;
        }
        else
        {
            LostFailure.Report(error.SourceException, Ambient.Current);
        }
    }

    /// <summary>Throws what is kept, if anything, and keeps it no longer.</summary>
    internal void Throw()
    {
        ExceptionDispatchInfo? error = _error;
        _error = null;
        error?.Throw();
    }

    /// <summary>Reports what is kept, if anything, as a failure that nobody can be told any more.</summary>
    internal void Report()
    {
        ExceptionDispatchInfo? error = _error;
        _error = null;
        if (error is not null)
        {
            LostFailure.Report(error.SourceException, Ambient.Current);
        }
    }
}
