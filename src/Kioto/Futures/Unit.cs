namespace Kioto;

/// <summary>The result of a future that has none: lets <see cref="Future"/> share all of <see cref="Future{T}"/>.</summary>
/// <remarks>
/// Seen where a combinator has a place for each arm's result: <c>Kio.Select(ReadAsync(), Kio.Sleep(d))</c>. An enum
/// because a struct without fields takes eight bytes in an object; this fills a gap.
/// </remarks>
public enum Unit : byte
{
    /// <summary>The one value.</summary>
    Value,
}
