using Kioto.Tool.Traffic;

namespace Kioto.Tool.Tour;

/// <summary>What one server did at one number of connections.</summary>
internal sealed record EchoFigures(int Connections, LoadResult Load, double CpuUsPerMessage);
