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

    /// <summary>Writes where somebody will see it.</summary>
    /// <param name="message">The message.</param>
    internal static void Log(string message)
    {
        try
        {
            Trace.TraceError(message);
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
            ? $"What was given to {knob} of a Kioto runtime threw: {failure}"
            : $"Something of a Kioto runtime failed that nobody waits for: {failure}"
        : $"A Kioto task failed, and nobody has observed it: {task}. {remedy} {failure}";

    private static void Call(Exception failure, FailedTask task, Action<Exception, FailedTask> report)
    {
        try
        {
            report(failure, task);
        }
        catch (Exception reporting)
        {
            Log($"The OnUnhandledFailure callback of a Kioto runtime failed: {reporting}");
        }
    }
}
