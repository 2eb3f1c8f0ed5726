using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ModelChecking;

/// <summary>
/// The operations of one execution in words. Only the repetition of a failing execution has one: writing text down
/// would slow the search.
/// </summary>
internal sealed class Trace
{
    private readonly List<string> _lines = [];

    // Objects are told apart by the order in which the trace meets them.
    private readonly ConditionalWeakTable<object, object> _numbers = [];
    private int _objects;

    internal void Add(ModelThread thread, string text) =>
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"T{thread.Id}  {text}"));

    /// <summary>The last lines, with the number of those left out.</summary>
    internal string Last(int count)
    {
        var text = new StringBuilder();
        int skipped = Math.Max(_lines.Count - count, 0);
        if (skipped > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  ... {skipped} operations before\n");
        }

        for (int i = skipped; i < _lines.Count; i++)
        {
            text.Append("  ").Append(_lines[i]).Append('\n');
        }

        return text.ToString();
    }

    internal string Describe<T>(T value) => value switch
    {
        null => "null",
        ulong number => Value(number),
        string text => $"\"{text}\"",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        ValueType structure => structure.ToString() ?? "",
        object other => $"{other.GetType().Name}#{_numbers.GetValue(other, _ => ++_objects)}",
    };

    /// <summary>Numbers too large to be counts are packed words and easier to read in hexadecimal.</summary>
    internal static string Value(ulong number) =>
        number < 100_000 ? number.ToString(CultureInfo.InvariantCulture) : $"0x{number:x}";

    internal static string Name(ref byte location, Locations locations) => Name(locations.IdOf(ref location), locations);

    internal static string Name(int id, Locations locations) => $"{locations.NameOf(id) ?? "location"}@{id}";
}
