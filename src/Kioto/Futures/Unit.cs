namespace Kioto;

/// <summary>The result of a future that has none: lets <see cref="Future"/> share all of <see cref="Future{T}"/>.</summary>
/// <remarks>An enum because a struct without fields takes eight bytes in an object; this fills a gap.</remarks>
internal enum Unit : byte
{
    Value,
}
