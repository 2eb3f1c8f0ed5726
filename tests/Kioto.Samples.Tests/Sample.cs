using System;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto.Samples;

/// <summary>Runs a sample on a thread of its own, and fails when it takes too long.</summary>
internal static class Sample
{
    internal static string[] Run(Action<TextWriter> main, Action<string> log)
    {
        StringWriter output = new();
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                main(output);
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        if (!thread.Join(TimeSpan.FromSeconds(30)))
        {
            throw new TimeoutException("The sample did not end within 30 s.");
        }

        failure?.Throw();
        string text = output.ToString();
        log(text);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
