using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>What the meter "Kioto" says of locks, signals and channels: how often and behind how many is waited.</summary>
/// <remarks>
/// Only what waits, or finds others in its way, looks whether somebody listens: a read of a field. What is had at once
/// does not come here. Recording runs a listener's code: never under a lock.
/// </remarks>
internal static class SyncMeter
{
    private const string OperationTag = "kioto.sync.operation";

    private static readonly Meter s_meter = new("Kioto", typeof(SyncMeter).Assembly.GetName().Version?.ToString(3));

    private static readonly Counter<long> s_waits = s_meter.CreateCounter<long>(
        "kioto.sync.waits", "{wait}", "Operations of locks, signals and channels that had to wait.");

    private static readonly Counter<long> s_contended = s_meter.CreateCounter<long>(
        "kioto.sync.contended_acquires", "{acquire}", "Locks, permits and places that were not to be had at once, whether they then had to be waited for or not.");

    private static readonly Histogram<int> s_lengths = s_meter.CreateHistogram<int>(
        "kioto.sync.queue.length", "{waiter}", "How many wait when one has come, that one with them.");

    private static readonly Counter<long> s_passedOn = s_meter.CreateCounter<long>(
        "kioto.sync.passed_on", "{grant}", "What was given to a waiter that its task was not polled for, and went on to the next.");

    /// <summary>An operation waits that keeps its place in no list.</summary>
    /// <param name="waiter">Its place.</param>
    /// <param name="operation">What it does.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every receive that waits
    internal static void WaitsAlone(Waiter waiter, string operation)
    {
        if (s_waits.Enabled)
        {
            CountOnce(waiter, operation);
        }
    }

    /// <summary>An operation has entered a list. Not under its lock.</summary>
    /// <param name="operation">What it does.</param>
    /// <param name="length">How many are in the list now; 0: it had entered it before.</param>
    internal static void Waits(string operation, int length)
    {
        if (length > 0)
        {
            Count(s_waits, operation);
            if (s_lengths.Enabled)
            {
                Record(length, operation);
            }
        }
    }

    /// <summary>Permits were not to be had by one atomic operation.</summary>
    /// <param name="operation">What wants them.</param>
    internal static void Contends(string operation) => Count(s_contended, operation);

    /// <summary>What a waiter was given goes on to the next.</summary>
    /// <param name="operation">What had waited.</param>
    internal static void PassesOn(string operation) => Count(s_passedOn, operation);

    private static void CountOnce(Waiter waiter, string operation)
    {
        // The state is nobody else's: it only says that this was counted.
        if (waiter.State == WaiterState.Idle)
        {
            waiter.State = WaiterState.Waiting;
            Count(s_waits, operation);
        }
    }

    private static void Count(Counter<long> counter, string operation)
    {
        if (counter.Enabled)
        {
            Add(counter, operation);
        }
    }

    private static void Add(Counter<long> counter, string operation)
    {
        try
        {
            counter.Add(1, Tag(operation));
        }
        catch (Exception exception)
        {
            LostFailure.Report(exception, default, Ambient.Current); // A listener's: the operation waits all the same.
        }
    }

    private static void Record(int length, string operation)
    {
        try
        {
            s_lengths.Record(length, Tag(operation));
        }
        catch (Exception exception)
        {
            LostFailure.Report(exception, default, Ambient.Current); // As above.
        }
    }

    private static KeyValuePair<string, object?> Tag(string operation) => new(OperationTag, operation);
}
