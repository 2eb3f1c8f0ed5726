using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;

namespace Kioto.Diagnostics.Tests;

/// <summary>Listens to the meter, and keeps what it said last.</summary>
internal sealed class Figures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = [];

    internal Figures()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Kioto")
            {
                Instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    internal Dictionary<string, Instrument> Instruments { get; } = [];

    internal List<double> Recorded { get; } = [];

    public void Dispose() => _listener.Dispose();

    /// <summary>Asks for everything anew.</summary>
    internal void Collect()
    {
        _values.Clear();
        _listener.RecordObservableInstruments();
    }

    /// <summary>A figure: <c>kioto.task.live{kioto.runtime=orders}</c>.</summary>
    internal double this[string name] => _values[name];

    internal bool Has(string part) => _values.Keys.Any(key => key.Contains(part, StringComparison.Ordinal));

    internal double Sum(string start) =>
        _values.Where(each => each.Key.StartsWith(start, StringComparison.Ordinal)).Sum(each => each.Value);

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!instrument.IsObservable)
        {
            lock (Recorded)
            {
                Recorded.Add(value);
            }

            return;
        }

        string[] texts = [.. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")];
        _values.Add($"{instrument.Name}{{{string.Join(',', texts)}}}", value); // Twice the same would throw.
    }
}
