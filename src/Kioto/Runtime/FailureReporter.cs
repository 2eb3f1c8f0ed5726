using System;
using System.Diagnostics;

namespace Kioto;

/// <summary>Does what a policy says about a failure that nobody observes.</summary>
internal static class FailureReporter
{
    /// <summary>Logs it, or gives it to the callback. Never throws: a worker must survive it.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="task">Whose it is.</param>
    /// <param name="policy">What to do; what concerns the runtime as a whole is its own business.</param>
    internal static void Report(Exception failure, FailedTask task, FailurePolicy policy)
    {
        switch (policy.Kind)
        {
            case UnhandledFailure.Ignore:
                return;
            case UnhandledFailure.Callback:
                Call(failure, task, policy.Report!);
                return;
            case UnhandledFailure.FailFast:
                Environment.FailFast(Describe(failure, task, "The policy is to end the process at once."), failure);
                return;
            default:
                Log(Describe(failure, task, "Await its handle, or handle the failure inside it."));
                return;
        }
    }

    /// <summary>A failure in words. Never throws: what describes an exception is user code too.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>Its own description, with type, message and stack; where that throws, its type and its stack.</returns>
    internal static string InWords(Exception failure)
    {
        try
        {
            return failure.ToString();
        }
        catch (Exception describing)
        {
            return $"{failure.GetType()} (its description threw {describing.GetType()}){Environment.NewLine}{new StackTrace(failure)}";
        }
    }

    /// <summary>Writes an error where somebody will see it.</summary>
    /// <param name="message">The message.</param>
    internal static void Log(string message) => Write(message, isError: true);

    /// <summary>Writes a warning there.</summary>
    /// <param name="message">The message.</param>
    internal static void Warn(string message) => Write(message, isError: false);

    private static void Write(string message, bool isError)
    {
        try
        {
            if (isError)
            {
                Trace.TraceError(message);
            }
            else
            {
                Trace.TraceWarning(message);
            }

            if (Trace.Listeners.Count == 0 || (Trace.Listeners.Count == 1 && Trace.Listeners[0] is DefaultTraceListener))
            {
                // That one listener writes to a debugger: without one, nobody would ever know.
#pragma warning disable RS0030 // The core prints nothing but this.
                Console.Error.WriteLine(message);
#pragma warning restore RS0030
            }
        }
        catch (Exception)
        {
            // A listener that throws, or a stream that is closed: there is nobody left to tell.
        }
    }

    private static string Describe(Exception failure, FailedTask task, string remedy) => task.Id is null
        ? task.Name is { } knob
            ? $"What was given to {knob} of a Kioto runtime threw: {InWords(failure)}"
            : $"Something of a Kioto runtime failed that nobody waits for: {InWords(failure)}"
        : task.IsPart
        ? $"Something in a Kioto task failed that nobody waits for: {task}. {InWords(failure)}"
        : $"A Kioto task failed, and nobody has observed it: {task}. {remedy} {InWords(failure)}";

    private static void Call(Exception failure, FailedTask task, Action<Exception, FailedTask> report)
    {
        try
        {
            report(failure, task);
        }
        catch (Exception reporting)
        {
            Log($"The OnUnhandledFailure callback of a Kioto runtime failed: {InWords(reporting)}");
        }
    }
}
