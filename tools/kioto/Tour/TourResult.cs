using System.Collections.Generic;

namespace Kioto.Tool.Tour;

/// <summary>All that the tour found.</summary>
internal sealed record TourResult(
    string Driver,
    IReadOnlyList<EchoFigures> Kioto,
    IReadOnlyList<EchoFigures> Dotnet,
    double KiotoWorstLatenessMs,
    double ThreadPoolWorstLatenessMs);
