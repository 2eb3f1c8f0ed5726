using System.IO;
using System.Text;
using System.Threading;

namespace Kioto.Tests.Child;

/// <summary>The process's error stream, which knows whether something was written.</summary>
internal sealed class ErrorStream(TextWriter inner, string awaited) : TextWriter
{
    private bool _hasWritten;

    public override Encoding Encoding => inner.Encoding;

    internal bool HasWritten => Volatile.Read(ref _hasWritten);

    public override void WriteLine(string? value)
    {
        inner.WriteLine(value);
        if (value is not null && value.Contains(awaited, System.StringComparison.Ordinal))
        {
            Volatile.Write(ref _hasWritten, true);
        }
    }
}
