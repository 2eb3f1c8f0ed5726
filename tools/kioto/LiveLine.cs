using System;
using System.Diagnostics;

namespace Kioto.Tool;

/// <summary>One line of progress that changes in place; where there is no terminal, a line now and then.</summary>
internal sealed class LiveLine : IDisposable
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private readonly bool _inPlace = !Console.IsErrorRedirected;
    private long _last;

    public void Show(string text)
    {
        if (_inPlace)
        {
            Console.Error.Write($"\r\e[K{text}");
        }
        else if (_last == 0 || Stopwatch.GetElapsedTime(_last) >= s_between)
        {
            _last = Stopwatch.GetTimestamp();
            Console.Error.WriteLine(text);
        }
    }

    public void Clear()
    {
        if (_inPlace)
        {
            Console.Error.Write("\r\e[K");
        }
    }

    public void Dispose() => Clear();
}
