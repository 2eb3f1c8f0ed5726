using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace Kioto.AspNetCore.Tests;

/// <summary>A response as it came.</summary>
internal sealed record RawResponse(string Head, string Body)
{
    internal string Trailers { get; init; } = "";

    internal int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>Everything, without what differs from run to run.</summary>
    internal string Text => Regex.Replace(Head, "Date: [^\r]*", "Date: now") + Body + Trailers;

    internal string? Header(string name) => Head.Split("\r\n")
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();
}
