package hazard

import "github.com/kpgen/kpgen/pack/dotnet"

func advice(re *dotnet.Regexp, c *candidate, h *Hazard) string { return "" }
