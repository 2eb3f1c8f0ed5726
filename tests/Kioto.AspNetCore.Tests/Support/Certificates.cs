using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Kioto.AspNetCore.Tests;

/// <summary>Makes certificates for TLS tests.</summary>
internal static class Certificates
{
    internal static X509Certificate2 ForLocalhost()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
