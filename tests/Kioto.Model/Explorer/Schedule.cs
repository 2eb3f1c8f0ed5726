using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ModelChecking;

/// <summary>
/// The choices that lead to one execution, as a short text. It starts with the options that decide what the choices
/// are: "sc" or "tso", the preemption bound ("p2", "p*" for none), the spurious wake-ups ("w0"). After the slash come
/// the choices that were not the first alternative, as position:choice.
/// </summary>
internal sealed class Schedule
{
    private readonly Dictionary<int, int> _choices = [];

    private Schedule(bool storeBuffers, int preemptionBound, int spuriousWakes)
    {
        StoreBuffers = storeBuffers;
        PreemptionBound = preemptionBound;
        SpuriousWakes = spuriousWakes;
    }

    internal bool StoreBuffers { get; }

    internal int PreemptionBound { get; }

    internal int SpuriousWakes { get; }

    internal static Schedule Of(ModelOptions options, int preemptionBound, IReadOnlyList<int> choices)
    {
        var schedule = new Schedule(options.StoreBuffers, preemptionBound, options.SpuriousWakes);
        for (int i = 0; i < choices.Count; i++)
        {
            if (choices[i] != 0)
            {
                schedule._choices.Add(i, choices[i]);
            }
        }

        return schedule;
    }

    internal static Schedule Parse(string text)
    {
        string[] halves = text.Split('/');
        string[] header = halves[0].Split('-', 3);
        if (halves.Length != 2 || header.Length != 3)
        {
            throw new FormatException($"'{text}' is not a schedule.");
        }

        int bound = header[1] == "p*" ? ModelOptions.Unlimited : Number(header[1].AsSpan(1));
        var schedule = new Schedule(header[0] == "tso", bound, Number(header[2].AsSpan(1)));
        foreach (string choice in halves[1].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = choice.IndexOf(':');
            schedule._choices.Add(Number(choice.AsSpan(0, colon)), Number(choice.AsSpan(colon + 1)));
        }

        return schedule;
    }

    internal int ChoiceAt(int position, int count)
    {
        int choice = _choices.GetValueOrDefault(position);
        return choice < count
            ? choice
            : throw new InvalidOperationException($"The schedule does not fit this model: choice {position} is {choice} of {count}.");
    }

    public override string ToString()
    {
        var text = new StringBuilder(StoreBuffers ? "tso-p" : "sc-p");
        text.Append(PreemptionBound == ModelOptions.Unlimited ? "*" : Text(PreemptionBound));
        text.Append("-w").Append(Text(SpuriousWakes)).Append('/');
        string separator = "";
        foreach ((int position, int choice) in _choices)
        {
            text.Append(separator).Append(Text(position)).Append(':').Append(Text(choice));
            separator = ",";
        }

        return text.ToString();
    }

    private static int Number(ReadOnlySpan<char> text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
