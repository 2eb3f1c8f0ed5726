using System;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore.Tests;

/// <summary>Keeps what was logged; but that a heart of Kestrel's beat late says something of the machine alone.</summary>
internal sealed class LogSink : ILoggerProvider
{
    internal ConcurrentQueue<(string Category, LogLevel Level, EventId Id, string Message, Exception? Exception)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogSink sink, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name != "HeartbeatSlow")
            {
                sink.Entries.Enqueue((category, logLevel, eventId, formatter(state, exception), exception));
            }
        }
    }
}
