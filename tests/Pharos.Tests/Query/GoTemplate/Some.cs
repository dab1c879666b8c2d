using Pharos.Query.GoTemplate;

namespace Pharos.Tests.Query.GoTemplate;

static class Some
{
    public static TemplateRun Run(TemplateLimits? limits = null, CancellationToken cancellation = default) =>
        new(limits ?? TemplateLimits.Default, TimeProvider.System, null, cancellation);
}
