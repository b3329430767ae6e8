// Demonstration only: a click fills in one of the listed sign-ins.
document.addEventListener("click", (event) => {
  const person = event.target.closest("[data-demo-login]");
  if (!person) return;
  document.getElementById("id_login").value = person.dataset.demoLogin;
  document.getElementById("id_password").value = person.dataset.demoPassword;
  document.querySelector(".plain-card .btn-primary").focus();
});
