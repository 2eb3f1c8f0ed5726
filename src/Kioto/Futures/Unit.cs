namespace Kioto;

/// <summary>The result of a future that has none: lets <see cref="Future"/> share all of <see cref="Future{T}"/>.</summary>
internal readonly struct Unit;
